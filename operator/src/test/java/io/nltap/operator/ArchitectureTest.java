// SPDX-License-Identifier: Apache-2.0
package io.nltap.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(packages = "io.nltap.operator", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule DECISIONS_ARE_PURE = noClasses()
            .that()
            .resideInAnyPackage("..operator.target..", "..operator.plan..", "..operator.status..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.javaoperatorsdk..",
                    "io.fabric8.kubernetes.client..",
                    "io.quarkus..",
                    "jakarta..",
                    "org.slf4j..",
                    "java.io..",
                    "java.net..",
                    "java.nio.file..",
                    "java.util.concurrent..")
            .because("what to do is decided by functions of values; only doing it needs a cluster");

    @ArchTest
    static final ArchRule DECISIONS_ARE_TOLD_THE_TIME = noClasses()
            .that()
            .resideInAnyPackage("..operator.target..", "..operator.plan..", "..operator.status..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class);

    @ArchTest
    static final ArchRule ONLY_CAPTURE_KNOWS_THE_OPERATOR_SDK = noClasses()
            .that()
            .resideOutsideOfPackage("..operator.capture..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.javaoperatorsdk..", "io.quarkiverse.operatorsdk..");

    @ArchTest
    static final ArchRule ROOMS_DO_NOT_KNOW_EACH_OTHER_IN_CIRCLES =
            slices().matching("io.nltap.operator.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_TIME_IS_ASKED_OF_A_CLOCK = noClasses()
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now");

    @ArchTest
    static final ArchRule NOTHING_IS_INJECTED_INTO_FIELDS = GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

    @ArchTest
    static final ArchRule HAS_NO_STREAMS = GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule LOGS_WITH_SLF4J = GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_IT_DOES = noClasses()
            .should()
            .haveNameMatching(".*(Utils?|Helper|Manager)")
            .because("a class of that name has no job of its own: say what it does");

    @ArchTest
    static final ArchRule NULLS_ARE_MARKED = classes().should(new ArchCondition<>("be in a @NullMarked package") {
        @Override
        public void check(JavaClass each, ConditionEvents events) {
            if (!each.getPackage().isAnnotatedWith(NullMarked.class)) {
                events.add(SimpleConditionEvent.violated(
                        each, each.getPackageName() + " has no package-info.java with @NullMarked"));
            }
        }
    });
}
